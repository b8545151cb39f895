// Sign with npm's @digitalbazaar/vc and its suites, and derive what a holder discloses.

import * as vc from '@digitalbazaar/vc';
import {disclosingSuite, signingSuite} from './suites.mjs';

/**
 * Return `credential` with a proof of the suite `name`; `key` is what `signingSuite` asks for.
 * `created` is the moment of signing, and of checking what is signed.
 */
export async function sign(
  {credential, name = 'eddsa-rdfc-2022', created, ...key}, documentLoader
) {
  const suite = await signingSuite({name, date: created, ...key});
  return vc.issue({credential, suite, documentLoader, now: created});
}

/** Return what a holder discloses of an ecdsa-sd-2023 credential: what `pointers` point at. */
export async function derive({credential, pointers}, documentLoader) {
  return vc.derive(
    {verifiableCredential: credential, suite: disclosingSuite(pointers), documentLoader});
}
