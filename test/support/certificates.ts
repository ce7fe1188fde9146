import { generate } from "selfsigned";

/** Texts in PEM. */
export interface Certificates {
  /** Of the authority that nobody knows. */
  readonly ca: string;
  /** Of a server on 127.0.0.1 that it has certified. */
  readonly certificate: string;
  readonly key: string;
}

/** Makes an authority, and certificate and key of a server on this machine. */
export async function issueCertificates(): Promise<Certificates> {
  const authority = await generate([{ name: "commonName", value: "Authority of the tests" }], {
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, digitalSignature: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: "127.0.0.1" }], {
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
    ca: { key: authority.private, cert: authority.cert },
  });
  return { ca: authority.cert, certificate: server.cert, key: server.private };
}
