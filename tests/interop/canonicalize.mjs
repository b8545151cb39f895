// The canonical N-Quads that npm's eddsa-rdfc-2022 suite signs, by jsonld.js and rdf-canonize.

import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';

/** Return the canonical N-Quads of `document`. */
export async function canonicalize({document}, documentLoader) {
  return cryptosuite.canonize(document, {documentLoader});
}
