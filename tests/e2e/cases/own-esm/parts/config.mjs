export default { from: "config" };
