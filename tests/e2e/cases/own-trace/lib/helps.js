export const helps = (who) => `helps ${who}`;
