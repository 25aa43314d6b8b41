let n = 0;
export const bump = () => ++n;
