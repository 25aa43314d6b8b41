module.exports = async (name) => (await import(name)).default;
