'use strict';
// Node's JavaScript looks its options up in one table, which is made of the command line before any of it
// runs and which Node 26.10.0 gives nobody. A debugger sees it, as a variable of the function that looks
// options up. That takes some milliseconds, which only children with uncommon options pay.

const { internal } = require('./internals');

function findTable(post, lookUp) {
  const key = Symbol.for('ingot.lookUp');
  globalThis[key] = lookUp;
  const { result } = post('Runtime.evaluate', { expression: `globalThis[Symbol.for('ingot.lookUp')]` });
  delete globalThis[key];
  const scopesOf = post('Runtime.getProperties', { objectId: result.objectId }).internalProperties
    .find(({ name }) => name === '[[Scopes]]').value.objectId;
  for (const { value } of post('Runtime.getProperties', { objectId: scopesOf }).result) {
    if (value?.description !== 'Closure') continue;
    const variables = post('Runtime.getProperties', { objectId: value.objectId, ownProperties: true }).result;
    const table = variables.find(({ name }) => name === 'optionsDict');
    if (table !== undefined) return table.value.objectId;
  }
  return undefined;
}

// Gives options other values: { '--name': value }. Without effect where debugging is not possible.
function setOptions(changes) {
  const { getOptionValue } = internal('internal/options');
  getOptionValue('--print'); // the table is made
  const { Session } = internal('inspector');
  const session = new Session();
  session.connect();
  const post = (method, parameters) => {
    let answer;
    session.post(method, parameters, (error, result) => { answer = result; });
    return answer;
  };
  try {
    const objectId = findTable(post, getOptionValue);
    const functionDeclaration = 'function(changes) { Object.assign(this, JSON.parse(changes)); }';
    post('Runtime.callFunctionOn', { objectId, functionDeclaration, arguments: [{ value: JSON.stringify(changes) }] });
  } finally {
    session.disconnect();
  }
}

module.exports = { setOptions };
