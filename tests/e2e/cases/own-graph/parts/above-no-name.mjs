import './no-name.mjs';
