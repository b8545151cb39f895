// Verify with npm's @digitalbazaar/vc, its suites and its status lists.

import * as vc from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {checkingSuites} from './suites.mjs';

/**
 * Verify `credential` at the moment `now`; a status list is verified as a credential of its own.
 * Returns {verified, error, revoked}; `revoked` is null where no status could be read.
 */
export async function verify({credential, now}, documentLoader) {
  const result = await vc.verifyCredential({
    credential, now, documentLoader, suite: checkingSuites(),
    checkStatus: () => readStatus(credential, now, documentLoader)
  });
  return {
    verified: result.verified,
    error: result.verified ? null : explain(result.error ?? result.statusResult?.error),
    revoked: result.statusResult?.results?.some(({status}) => status) ?? null
  };
}

async function readStatus(credential, now, documentLoader) {
  // Its own check of the list's proof reads the clock, so the list is verified here, at `now`.
  for(const {statusListCredential} of [credential.credentialStatus].flat()) {
    const {document} = await documentLoader(statusListCredential);
    const list = await vc.verifyCredential(
      {credential: document, now, documentLoader, suite: checkingSuites()});
    if(!list.verified) {
      return {verified: false, error: list.error};
    }
  }
  return checkStatus(
    {credential, documentLoader, verifyBitstringStatusListCredential: false});
}

function explain(error) {
  return [error, ...(error?.errors ?? [])].map(one => one?.message ?? String(one)).join(': ');
}
