import './beside.mjs';
import './missing.mjs';
import './syntax.mjs';
