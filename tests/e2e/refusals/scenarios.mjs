// Bad circumstances, one file per subject: each scenario returns a list of what went wrong (empty: nothing), or { skip: why }.
import { bytes } from './bytes.mjs';
import { differences } from './differences.mjs';
import { executables } from './executables.mjs';
import { machine } from './machine.mjs';
import { tampering } from './tampering.mjs';
import { templates } from './templates.mjs';

export const scenarios = { ...tampering, ...differences, ...bytes, ...machine, ...templates, ...executables };
