// The documents that a test passes in, and no others: nothing here can open a socket.

const DID_CONTEXT = 'https://www.w3.org/ns/did/v1';

/** Return a document loader over objects that map URLs to documents. */
export function loaderOf(...carried) {
  return async url => {
    const document = find(Object.assign({}, ...carried), url);
    return {contextUrl: null, documentUrl: url, document};
  };
}

function find(documents, url) {
  if(url in documents) {
    return structuredClone(documents[url]);
  }
  const [base] = url.split('#');
  const method = documents[base]?.verificationMethod?.find(({id}) => id === url);
  if(method === undefined) {
    throw new Error(`${url} was not passed in, and nothing is fetched`);
  }
  // A resolver gives a key as a document of its own, with the contexts of where it is listed.
  return {'@context': documents[base]['@context'] ?? DID_CONTEXT, ...structuredClone(method)};
}
