(globalThis.seen ??= []).push('first');
