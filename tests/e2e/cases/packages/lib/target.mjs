export const value = 'module target'; export default function greet() { return 'hello'; }
