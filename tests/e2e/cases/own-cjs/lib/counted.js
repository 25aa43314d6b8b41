globalThis.counted = (globalThis.counted ?? 0) + 1;
