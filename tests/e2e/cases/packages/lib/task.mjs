export default ({ a, b }) => a * b; export const named = (x) => x - 1;
