import { readDockerfile, type DockerfileFacts, type DockerfileInput } from "./read-dockerfile.ts";

const read = new WeakMap<DockerfileInput, DockerfileFacts>();

/** What `readDockerfile` says. It says the same of the same input each time, and so reads it once. */
export function readOnce(input: DockerfileInput): DockerfileFacts {
  const facts = read.get(input) ?? readDockerfile(input);
  read.set(input, facts);
  return facts;
}
