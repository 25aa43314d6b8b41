export function resolve(specifier, context, next) {
  if (specifier !== 'made:up') return next(specifier, context);
  return { url: 'data:text/javascript,export default "hooked"', shortCircuit: true };
}
