// A text interface: top-level await, WebAssembly for the layout, React.
import React, { useEffect, useState } from 'react';
import { Box, Text, render, useApp } from 'ink';

function Counter({ upTo }) {
  const [n, setN] = useState(0);
  const { exit } = useApp();
  useEffect(() => {
    if (n === upTo) return void exit();
    const timer = setTimeout(() => setN(n + 1), 5);
    return () => clearTimeout(timer);
  }, [n]);
  return React.createElement(Box, { borderStyle: 'round', width: 30, justifyContent: 'space-between' },
    React.createElement(Text, { color: 'green' }, `counted ${n}`), React.createElement(Text, { bold: true }, 'right'));
}

const app = render(React.createElement(Counter, { upTo: Number(process.argv[2] ?? 3) }), { patchConsole: false, debug: false });
await app.waitUntilExit();
console.log('done');
