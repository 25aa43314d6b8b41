import text from './note.txt' with { type: 'text' }; export default text.trim();
