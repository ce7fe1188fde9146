/** What is explained, beside commands: short texts, by the word that asks for each. Lines fit 80 columns. */
export const TOPICS: Readonly<Record<string, { readonly about: string; readonly text: string }>> = {
  configuration: {
    about: "images.config.ts: what the images are",
    text: `images.config.ts says which images there are. It is found from the working
directory upwards; .js, .mjs and .json do, too. Paths are relative to it.

  import { defineConfig } from "manage-images";

  export default defineConfig({
    registry: "us-docker.pkg.dev/acme/images", // image X goes to registry/X
    images: {
      base: {},                                // dockerfiles/base.Dockerfile
      app: { dockerfile: "app/Dockerfile", context: "app", target: "release" },
    },
  });

An image of another one is no setting: FROM, COPY --from and RUN --mount=from=
in the Dockerfiles say it, by the name that the image has in the registry.
\`image:base\` as an argument or named context does, too.

It is a program: images that are alike are a loop. Every mistake in it is told
at once, each with the path of its key. \`manage-images init\` writes a first one;
images.config.json has completion in editors with
  "$schema": "./node_modules/manage-images/schemas/images.config.schema.json"
`,
  },
  fingerprints: {
    about: "when an image is up to date, stale, or reused",
    text: `The fingerprint of an image is a hash of everything that goes into it: the
stages of the Dockerfile that its target needs, arguments, platforms, options,
the digests of the images below it, and each file that COPY, ADD and bind
mounts can reach.

  up to date   it is the one in images.lock.json: nothing is asked of anybody
  reused       the registry has it under the tag fp-…: a colleague's, CI's, or
               that of a run that was killed; its digest is written
  built        neither. An image that comes out as it was keeps its digest, and
               nothing is built on its account

  manage-images plan --image all            what is stale, and why
  manage-images plan --image app --inputs   all that goes into an image

An image that is stale too often copies too much: look at its inputs, and put
what it does not need into .dockerignore. --force builds all the same.
`,
  },
  references: {
    about: "which digests in which files are found and written",
    text: `A pin is an image's name with a digest. A run writes the new digest over each
pin of an image, in every text file that git tracks; nothing else changes.

  any text      name@sha256:…, name:tag@sha256:…, docker://name@sha256:…
  YAML, JSON    a map with repository, image or name, and digest
  Bazel, HCL    a call or block with image or repository, and digest
  your own      references.patterns in the configuration

"Not yet built" is a digest of 64 zeros; the first run replaces it. What has no
digest is left alone: \`manage-images pin\` gives it one.

Left alone are lines with \`manage-images: ignore\`, those below a line with
\`manage-images: ignore-next-line\`, third_party, vendor, node_modules, lock
files, and what references.exclude names.

  manage-images check               what has drifted
  manage-images --only-references   mends pins without a build
`,
  },
  lockfile: {
    about: "images.lock.json, and what to do when it conflicts",
    text: `images.lock.json, beside the configuration, has the digest of each image that is
known to be good, and what it was built from. Commit it. It has no times in it,
so that the same state is always the same bytes.

A merge conflict in it: take either side, and run again.

  git checkout --ours images.lock.json
  manage-images --image all

The registry still has every image under the tag of its fingerprint, so what
was built on either side is found, and not built again.

  manage-images digest app                      the pin of an image
  manage-images --only-references --from v1.4   go back to an earlier lockfile
  manage-images pull                            get its images into the engine
`,
  },
  ci: {
    about: "what to run in CI, and where",
    text: `  on pull requests   manage-images check --format github
  each night         manage-images pr --label images
  on many machines   manage-images matrix, a job for each image, then collect
  at a release       manage-images promote --tag prod --require-branch main

check needs no engine and no registry. pr needs an engine, the registry's
credentials and a forge's token (GITHUB_TOKEN, GITLAB_TOKEN); it works in a
working tree of its own and opens one request, which later runs keep up to date.

Check out with the whole history (fetch-depth: 0). On pull requests from forks
the configuration is somebody else's program: --config-from origin/main takes
the one of your own branch.

Every flag is a variable, too (manage-images help variables), and
--format json and --metadata-file give the result to other steps.
`,
  },
  registries: {
    about: "credentials, TLS, Artifact Registry, limits",
    text: `Any registry will do that speaks the OCI distribution API. Credentials are
Docker's own: \`docker login\`, or a credential helper. A registry on this machine
is reached without TLS, any other with it, unless the configuration says more:

  registries: {
    "registry.internal:5000": { http: true },
    "registry.acme.example": { ca: "certs/acme.pem" },
  }

Google Artifact Registry (*-docker.pkg.dev, gcr.io) is reached with Application
Default Credentials where there are any: those of CI, of a machine of Google's,
or of \`gcloud auth application-default login\`. --create-repository makes a
repository that is not there.

A digest is written only when the registry has confirmed it. Only a definite
"not found" counts as absent; trouble is tried again (--retries), then told.
\`manage-images doctor\` says whether each can be reached and pushed to.
`,
  },
  platforms: {
    about: "images for several platforms, and what needs buildx",
    text: `  app: { platforms: ["linux/amd64", "linux/arm64"] }

makes one index with an image for each platform; pins get the index's digest. A
pin of one platform's image keeps being one of that platform.

The Docker Engine builds what is for one platform. buildx is used for what only
it can do, and the plan says so: several platforms, named contexts, secrets,
ssh, cache export, attestations, and a builder of yours (builder, --builder).
Several platforms need the containerd image store or a builder of another driver
(docker buildx create), and emulation or machines of those platforms where RUN
instructions are to run.
`,
  },
  commits: {
    about: "what is committed, and what never is",
    text: `A run commits the digests that it wrote and images.lock.json, and nothing else:
your edits, staged or not, in the same files or in others, stay uncommitted and
as they are. Hooks and signing work as always. During a merge, rebase or
cherry-pick the files are written and nothing is committed.

  --no-commit          leave the digests in the working tree
  --author 'A <a@b>'   another author than git's
  manage-images pr     a branch of its own, and a pull request

  commit: {
    message: "chore(images): update {images}",
    perImage: true, // one commit for each image
    trailers: { "Reviewed-by": "Ada <ada@example.com>" },
    signoff: true,
  }

A run that fails, is interrupted or killed leaves working tree and index as they
were. What it pushed is found again, and not built twice.
`,
  },
  variables: {
    about: "each flag as a variable of the environment",
    text: `Each flag has a variable: MANAGE_IMAGES_ and its name in capitals, with _ for -.

  MANAGE_IMAGES_CONCURRENCY=4          --concurrency 4
  MANAGE_IMAGES_KEEP_GOING=true        --keep-going; true, 1, false or 0
  MANAGE_IMAGES_IMAGE=base,app         --image base --image app
  MANAGE_IMAGES_LABEL=$'good, new\\nci'  one a line, where a value has a comma

A flag on the command line counts more than its variable, a variable more than
the default. That of a flag which the command does not have is passed over, and
so is an empty one. A value that the flag cannot have is a mistake, exit code 2.
A variable of this form that stands for no flag of any command is told.
`,
  },
  "exit-codes": {
    about: "what the exit codes mean",
    text: `  0    done
  1    an image failed, something has drifted (check), a rule is broken (lint)
  2    a mistake on the command line, in the configuration or in a Dockerfile
  70   a bug in manage-images; the message says what to report
  130  interrupted

Results go to standard output, progress and messages to standard error.
`,
  },
};
