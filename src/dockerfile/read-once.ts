import { readDockerfile, type DockerfileFacts, type DockerfileInput } from "./read-dockerfile.ts";

const read = new WeakMap<DockerfileInput, DockerfileFacts>();

/** What `readDockerfile` says. It says the same of the same input each time, and so reads it once. */
export function readOnce(input: DockerfileInput): DockerfileFacts {
  const facts = read.get(input) ?? readDockerfile(input);
  read.set(input, facts);
  return facts;
}

/** Reads for inputs that say the same of the same bytes, as those of images that are built alike but for their labels, only once. */
export function readAlike(): (input: DockerfileInput) => DockerfileFacts {
  const known = new Map<Uint8Array, Map<string, DockerfileFacts>>();
  return (input) => {
    const { file, bytes, target, args, platform, contexts } = input;
    const ofBytes = known.get(bytes) ?? new Map<string, DockerfileFacts>();
    known.set(bytes, ofBytes);
    const key = JSON.stringify([file, target, Object.entries(args).sort(), platform, contexts]);
    const facts = ofBytes.get(key) ?? readOnce(input);
    ofBytes.set(key, facts);
    read.set(input, facts);
    return facts;
  };
}
