export default 1; console.log('module', process.argv.length, import.meta.main);
