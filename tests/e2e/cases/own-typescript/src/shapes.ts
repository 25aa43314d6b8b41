export type Shape = { kind: 'square'; side: number } | { kind: 'circle'; radius: number };
export interface Named { name: string }

export function area(shape: Shape): number {
  return shape.kind === 'square' ? shape.side ** 2 : Math.PI * shape.radius ** 2;
}

export function fails(named: Named): never {
  const text: string = named.name; throw new TypeError(`no ${text}`);
}
