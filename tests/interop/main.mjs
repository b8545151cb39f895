// Answer tasks, one line of JSON each, until stdin ends. The first line holds the documents, by
// URL, that every task may load: the contexts. A task may bring more as its `documents`.

import {createInterface} from 'node:readline';
import {canonicalize} from './canonicalize.mjs';
import {loaderOf} from './documents.mjs';
import {derive, sign} from './sign.mjs';
import {verify} from './verify.mjs';
import {verifyCore} from './verify_core.mjs';
import {generateJwk, signJws, verifyJws} from './verify_jws.mjs';

const TASKS = {
  canonicalize, derive, generateJwk, sign, signJws, verify, verifyCore, verifyJws
};
console.log = console.error;  // a library's own words are no answer

const lines = createInterface({input: process.stdin})[Symbol.asyncIterator]();
const contexts = JSON.parse((await lines.next()).value);
for await (const line of lines) {
  process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + '\n');
}

async function answer({task, documents, ...members}) {
  try {
    return {result: await TASKS[task](members, loaderOf(contexts, documents))};
  } catch(error) {
    return {error: error.message};
  }
}
