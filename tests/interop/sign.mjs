// Sign with npm's @digitalbazaar/vc and its eddsa-rdfc-2022 suite.

import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as vc from '@digitalbazaar/vc';

/**
 * Return `credential` with a proof by the key of `seed` (hex), listed as `verificationMethod`.
 * `created` is the moment of signing, and of checking what is signed.
 */
export async function sign({credential, seed, verificationMethod, created}, documentLoader) {
  const [controller] = verificationMethod.split('#');
  const key = await Ed25519Multikey.generate({
    id: verificationMethod, controller, seed: Buffer.from(seed, 'hex')
  });
  const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite, date: created});
  return vc.issue({credential, suite, documentLoader, now: created});
}
