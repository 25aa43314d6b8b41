globalThis.preloaded = 'by --import';
