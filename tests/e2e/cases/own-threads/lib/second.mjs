(globalThis.seen ??= []).push('second');
