export default 'the file';
