export const value = 'from an ES module';
