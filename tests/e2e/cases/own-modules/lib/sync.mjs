const value = 'sync';
export default value;
export { value as 'module.exports' };
