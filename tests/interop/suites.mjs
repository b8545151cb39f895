// The cryptosuites of npm's @digitalbazaar packages, by the name that a proof gives: how each one
// signs with a key, and all that check.

import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import {
  Ed25519VerificationKey2020
} from '@digitalbazaar/ed25519-verification-key-2020';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';

const SIGNING = {
  'eddsa-rdfc-2022': () => eddsaRdfc,
  'eddsa-jcs-2022': eddsaJcs.createSignCryptosuite,
  'ecdsa-rdfc-2019': () => ecdsaRdfc,
  'ecdsa-jcs-2019': ecdsaJcs.createSignCryptosuite,
  'ecdsa-sd-2023': ecdsaSd.createSignCryptosuite
};

/**
 * Return the suite `name` for signing at the moment `date`. The key is given as `seed` (hex,
 * Ed25519) or `multikey` (ECDSA); `options` are the cryptosuite's own.
 */
export async function signingSuite({name, verificationMethod, date, seed, multikey, options}) {
  const [controller] = verificationMethod.split('#');
  const listed = {id: verificationMethod, controller};
  if(name === 'Ed25519Signature2020') {
    const key = await Ed25519VerificationKey2020.generate({...listed, seed: bytes(seed)});
    return new Ed25519Signature2020({key, date});
  }
  const key = multikey === undefined ?
    await Ed25519Multikey.generate({...listed, seed: bytes(seed)}) :
    await EcdsaMultikey.from({...listed, ...multikey});
  return new DataIntegrityProof(
    {signer: key.signer(), cryptosuite: SIGNING[name](options), date});
}

/** Return the suite that leaves out of an ecdsa-sd-2023 credential what is not pointed at. */
export function disclosingSuite(selectivePointers) {
  return new DataIntegrityProof(
    {cryptosuite: ecdsaSd.createDiscloseCryptosuite({selectivePointers})});
}

/** Return every suite that checks; the library takes the one that a proof names. */
export function checkingSuites() {
  const cryptosuites = [
    eddsaRdfc, eddsaJcs.createVerifyCryptosuite(), ecdsaRdfc,
    ecdsaJcs.createVerifyCryptosuite(), ecdsaSd.createVerifyCryptosuite()
  ];
  return [
    new Ed25519Signature2020(),
    ...cryptosuites.map(cryptosuite => new DataIntegrityProof({cryptosuite}))
  ];
}

function bytes(hex) {
  return Buffer.from(hex, 'hex');
}
