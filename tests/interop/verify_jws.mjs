// Compact JWS with npm's jose: keys, signatures, and the key of a set that a `kid` names.

import * as jose from 'jose';

/** Verify `jws` with the key of `jwks` that its header names, of one of the `algorithms`. */
export async function verifyJws({jws, jwks, algorithms}) {
  const {payload, protectedHeader} = await jose.compactVerify(
    jws, jose.createLocalJWKSet(jwks), {algorithms});
  return {payload: new TextDecoder().decode(payload), header: protectedHeader};
}

/** Make a key for `alg`; it is the test's own, so its private members are given as well. */
export async function generateJwk({alg}) {
  const {privateKey} = await jose.generateKeyPair(alg, {extractable: true});
  return jose.exportJWK(privateKey);
}

/** Sign the text `payload` with a private `jwk`; `header` names the algorithm. */
export async function signJws({payload, header, jwk}) {
  return new jose.CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader(header)
    .sign(await jose.importJWK(jwk, header.alg));
}
