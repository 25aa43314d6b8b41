import './beside.mjs';
import './syntax.mjs';
