// Verify with npm's @digitalcredentials/verifier-core, which fetches for itself: what it asks for
// is answered from the documents that a test passes in, and nothing else is.

import {AsyncLocalStorage} from 'node:async_hooks';

const DID_WEB_DOCUMENT = '/.well-known/did.json';
const answering = new AsyncLocalStorage();
let library;

globalThis.fetch = async request => {
  const url = request.url ?? String(request);
  const answer = answering.getStore();
  if(answer === undefined) {
    throw new Error(`${url} was asked for by a task that fetches nothing`);
  }
  const document = await answer(url);
  return new Response(JSON.stringify(document), {
    status: document === undefined ? 404 : 200, headers: {'Content-Type': 'application/json'}
  });
};

/**
 * Verify `credential` at this moment: the library reads the clock. Returns its `log` (the outcome
 * of each step by its name; null where it could not tell), its `errors`, and whether the schema
 * that it guesses is met.
 */
export async function verifyCore({credential, registry = {}}, documentLoader) {
  library ??= await import('@digitalcredentials/verifier-core');
  const knownDIDRegistries = [
    {name: 'A registry', type: 'dcc-legacy', url: 'https://registry.example/registry.json'}
  ];
  const answer = url => url === knownDIDRegistries[0].url ?
    {registry} : load(url, documentLoader);
  const result = await answering.run(
    answer, () => library.verifyCredential({credential, knownDIDRegistries}));
  return {
    log: Object.fromEntries((result.log ?? []).map(({id, valid}) => [id, valid ?? null])),
    errors: (result.errors ?? []).map(({name}) => name),
    schema: result.additionalInformation?.[0].results?.[0]?.result?.valid ?? null
  };
}

async function load(url, documentLoader) {
  const address = url.endsWith(DID_WEB_DOCUMENT) ?
    `did:web:${encodeURIComponent(new URL(url).host)}` : url;
  try {
    return (await documentLoader(address)).document;
  } catch{
    return undefined;
  }
}
