export const waited = await new Promise((resolve) => setTimeout(resolve, 1, 'waited'));
