type Text = string;
exports.plain = (text: Text): string => { throw new Error(text as string); };
