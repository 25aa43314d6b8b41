throw new Error('thrown first');
