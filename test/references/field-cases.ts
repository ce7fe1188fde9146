/** What a case is called, the file's path, and its content: see `fill`. */
export type FieldCase = readonly [name: string, path: string, template: string];

export const HELM: readonly FieldCase[] = [
  [
    "a map with a repository",
    "values.yaml",
    `# comment\nimage:\n  repository: us-docker.pkg.dev/acme/images/base  # ours\n  tag: "v1"\n  digest: %   # sha256:${"a".repeat(64)}\n  pullPolicy: Always\n`,
  ],
  ["another order, quotes and CRLF", "v.yml", `image:\r\n  digest: "%"\r\n  'repository': 'acme/hub'\r\n`],
  [
    "a registry beside the repository",
    "v.yaml",
    "image: {registry: us-docker.pkg.dev, repository: acme/images/base, digest: '%'}\n",
  ],
  [
    "a registry that the repository has, too",
    "v.yaml",
    "registry: docker.io\nrepository: docker.io/acme/hub\ndigest: %",
  ],
  [
    "an empty registry",
    "v.yaml",
    'a:\n  registry: ""\n  repository: acme/hub\n  digest: %\nb:\n  registry:\n  repository: acme/hub\n  digest: %\n',
  ],
  [
    "maps at any depth, in lists",
    "v.yaml",
    "a:\n- b:\n  - {x: [{image: {repository: acme/hub, digest: %}}]}\n",
  ],
  ["the name in `image`", "v.yaml", "sidecar:\n  image: acme/hub:v1\n  digest: %\n"],
  ["the name in `name`", "v.yaml", "image:\n  name: acme/hub\n  digest: %\n"],
  ["a name beside the repository", "v.yaml", "name: main\nrepository: acme/hub\ndigest: %\n"],
  ["a digest without its prefix", "v.yaml", "image:\n  repository: acme/hub\n  digest: #hex\n"],
  ["a digest with an @", "v.yaml", 'image:\n  repository: acme/hub\n  digest: "@%"\n'],
  ["a digest behind the tag", "v.yaml", "image:\n  repository: acme/hub\n  tag: v1.2@%\n"],
  [
    "a digest behind the tag `latest` in quotes",
    "v.yaml",
    'image:\n  repository: acme/hub\n  tag: "latest@%" # x\n',
  ],
  ["a digest in the name and by itself", "v.yaml", "image: acme/hub@%\ndigest: %\n"],
  [
    "several documents",
    "v.yaml",
    "repository: acme/hub\ndigest: %\n---\nrepository: other/x\ndigest: §\n--- # c\nrepository: acme/hub\ndigest: %\n...\n",
  ],
  [
    "a broken document between others",
    "v.yaml",
    "repository: acme/hub\ndigest: %\n---\nrepository: acme/hub\n digest: §\n x\n---\nrepository: acme/hub\ndigest: %\n",
  ],
  [
    "a byte-order mark, and letters of several bytes",
    "v.yaml",
    "\ufeff# caf\u00e9 🐳\nname: ünï\nimage:\n  repository: acme/hub\n  digest: %\n",
  ],
  ["a tag that looks like a number", "v.yaml", "repository: acme/hub\ntag: 1.10\ndigest: %\n"],
  ["a digest behind comments", "v.yaml", "repository: acme/hub\ndigest: # ours\n  # of May\n  %\n"],
  ["a block text", "v.yaml", "repository: acme/hub\ndigest: >-\n  %\n"],
  ["explicit types", "v.yaml", "repository: !!str acme/hub\ndigest: !!str %\n"],
  [
    "an anchored map and its aliases",
    "v.yaml",
    "a: &a\n  repository: acme/hub\n  digest: %\nb: *a\nc:\n  <<: *a\n  tag: x\n",
  ],
  [
    "an anchored digest with one name",
    "v.yaml",
    "d: &d %\na: {repository: acme/hub, digest: *d}\nb: {repository: docker.io/acme/hub, digest: *d}\n",
  ],
  ["an aliased name", "v.yaml", "r: &r acme/hub\na:\n  repository: *r\n  digest: %\n"],
  [
    "a merged name",
    "v.yaml",
    "c: &c {repository: acme/hub}\na:\n  <<: *c\n  digest: %\nb:\n  <<: [{tag: x}, *c]\n  digest: %\n",
  ],
  [
    "an anchor that is given again",
    "v.yaml",
    "a: &x acme/hub\nb: {repository: *x, digest: %}\nc: &x other/x\nd: {repository: *x, digest: §}\n",
  ],
  ["a template in other values", "v.yaml", 'x: "{{ .Values.x }}"\nrepository: acme/hub\ndigest: %\n'],
  [
    "a line that is to be left alone, and the one below",
    "v.yaml",
    "a:\n  repository: acme/hub\n  digest: § # manage-images: ignore\nb:\n  repository: acme/hub\n  # manage-images: ignore-next-line\n  digest: §\nc:\n  repository: acme/hub\n  digest: %\n",
  ],
  ["JSON", "values.json", `{"image":{"repository":"acme/hub","tag":"x","digest":"%"},"n":1.5e3}`],
  [
    "JSON with comments",
    "a.jsonc",
    `// don't\n{ /* "digest": "§", */ "image": "acme/hub", // x\n  "digest": "%", }\n`,
  ],
];

export const KUSTOMIZE: readonly FieldCase[] = [
  [
    "a new name",
    "kustomization.yaml",
    "images:\n- name: app\n  newName: acme/hub\n  newTag: v1\n  digest: %\n",
  ],
  [
    "a name",
    "k/kustomization.yml",
    "images:\n  - digest: %\n    name: us-docker.pkg.dev/acme/images/base\n  - name: acme/hub\n    digest: '%'\n",
  ],
  ["a file without an ending", "Kustomization", "images: [{name: acme/hub, digest: '%'}]\n"],
  [
    "a name of ours that becomes another's",
    "kustomization.yaml",
    "images:\n- name: acme/hub\n  newName: other/x\n  digest: §\n",
  ],
];

export const BAZEL: readonly FieldCase[] = [
  [
    "oci.pull",
    "MODULE.bazel",
    `oci = use_extension("@rules_oci//oci:extensions.bzl", "oci")\noci.pull(\n    name = "base",\n    digest = "%",\n    image = "us-docker.pkg.dev/acme/images/base",\n    platforms = ["linux/amd64"],\n)\n`,
  ],
  ["oci_pull in one line", "WORKSPACE", `oci_pull(name="b",image='acme/hub',digest='%')`],
  [
    "container_pull",
    "WORKSPACE.bazel",
    `container_pull(\n  name = "x",  # digest = "§"\n  registry = "us-docker.pkg.dev",\n  repository = "acme/images/base",\n  tag = "latest",\n  digest = "%",\n)\n`,
  ],
  [
    "another digest above",
    "WORKSPACE",
    `rbe_autoconfig(\n    name = "rbe",\n    base_container_digest = "§",\n    digest = "%",\n    registry = "docker.io",\n    repository = "acme/hub",\n)\n`,
  ],
  [
    "a table of images",
    "images.bzl",
    `"""digest = "§" repository = "acme/hub" """\nIMAGES = {\n    "hub": {"image": "acme/hub", "digest": "%"},\n    "s": struct(image = "acme/hub", digest = "%"),\n}\n`,
  ],
  [
    "a Docker Hub image by its registry's other name",
    "BUILD",
    `container_pull(registry = "index.docker.io", repository = "acme/hub", digest = "%")`,
  ],
];

export const TERRAFORM: readonly FieldCase[] = [
  [
    "attributes of a block",
    "main.tf",
    `resource "x" "y" {\n  name   = "n\${var.a}"\n  image  = "us-docker.pkg.dev/acme/images/base" # c\n  digest = "%" // d\n}\n`,
  ],
  [
    "an object in a list",
    "a/x.tfvars",
    `images = [{ repository = "acme/hub", digest = "%" }, { repository : "acme/hub", "digest" : "%" }]\n`,
  ],
  [
    "behind texts in texts and here-documents",
    "x.tf",
    `locals {\n  a = "\${join("}\\"", [\"{\"])} $\${ "\n  b = <<-EOT\n    digest = "§" {\n    EOT\n  c = { name = "acme/hub", digest = "%" }\n}\n`,
  ],
  [
    "a bake file",
    "docker-bake.hcl",
    `target "x" {\n  contexts = { base = "docker-image://acme/hub@%" }\n}\n`,
  ],
  ["Terraform as JSON", "main.tf.json", `{"resource":{"x":{"y":{"image":"acme/hub","digest":"%"}}}}`],
];

/** Digests whose owner is not certain, or that are no pins at all: nothing changes. */
export const UNCERTAIN: readonly FieldCase[] = [
  ["an empty digest", "v.yaml", 'repository: acme/hub\ndigest: ""\n# sha256:\n'],
  ["a digest without a name", "v.yaml", "image:\n  digest: §\nrepository: acme/hub\n"],
  ["another's name", "v.yaml", "repository: acme/hub-arm64\ndigest: §\n"],
  ["a name above and the digest below", "v.yaml", "image: acme/hub\nlock:\n  digest: §\n"],
  ["a digest of another kind", "v.yaml", `repository: acme/hub\ndigest: sha512:${"a".repeat(128)}\n`],
  ["a digest that goes on", "v.yaml", "repository: acme/hub\ndigest: §a\n"],
  ["two repositories", "v.yaml", "repository: acme/hub\nrepository: other/x\ndigest: §\n"],
  ["two digests", "v.yaml", "repository: acme/hub\ndigest: §\ndigest: §\n"],
  ["a repository and another image", "v.yaml", "repository: acme/hub\nimage: other/x\ndigest: §\n"],
  ["a repository that is a map", "v.yaml", "repository: {x: acme/hub}\ndigest: §\nname: acme/hub\n"],
  [
    "a template for the registry",
    "v.yaml",
    'registry: "{{ .Values.global.registry }}"\nrepository: acme/hub\ndigest: §\n',
  ],
  ["a variable for the registry", "v.yaml", "registry: ${REGISTRY}\nrepository: acme/hub\ndigest: §\n"],
  [
    "lines that a template decides about",
    "templates/a.yaml",
    "image:\n{{- if .Values.x }}\n  repository: acme/hub\n{{- else }}\n  tag: x\n{{- end }}\n  digest: §\n",
  ],
  [
    "comments that a template decides about",
    "templates/a.yaml",
    "image:\n  # {{ if .Values.x }}\n  registry: other\n  # {{ end }}\n  repository: acme/hub\n  digest: §\n",
  ],
  ["YAML that is broken", "v.yaml", "image:\n  repository: acme/hub\n  digest: §\n x: [\n"],
  ["an alias that there is no anchor for", "v.yaml", "a: *a\nrepository: acme/hub\ndigest: §\n"],
  ["a map that merges itself", "v.yaml", "a: &a\n  <<: *a\n  repository: acme/hub\n  digest: §\n"],
  [
    "an anchored digest of two names",
    "v.yaml",
    "d: &d §\na: {repository: acme/hub, digest: *d}\nb: {repository: other/x, digest: *d}\n",
  ],
  [
    "a merged digest with another name",
    "v.yaml",
    "a: &a\n  repository: acme/hub\n  digest: §\nb:\n  <<: *a\n  repository: other/x\n",
  ],
  [
    "a merged digest with a name that is not known",
    "v.yaml",
    "a: &a\n  repository: acme/hub\n  digest: §\nb:\n  <<: *a\n  registry: ${X}\n",
  ],
  ["a digest in a text", "v.yaml", "text: |\n  repository: acme/hub\n  digest: §\n"],
  ["a digest in a comment", "v.yaml", "repository: acme/hub\n# digest: §\n"],
  ["a digest that goes over two lines", "v.yaml", 'repository: acme/hub\ndigest: "sha256:\\\n  §"\n'],
  ["a file of another kind", "v.txt", "repository: acme/hub\ndigest: §\n"],
  ["JSON that is broken", "v.json", '{"repository":"acme/hub","digest":"§"'],
  ["JSON whose brackets do not match", "v.json", '{"a":{"repository":"acme/hub","digest":"§"]}'],
  ["a text without its end", "v.json", '{"repository":"acme/hub","digest":"§"}"'],
  ["a text with escapes", "v.json", '{"repository":"acme\\/hub","digest":"§"}'],
  ["a variable in a call", "a.bzl", `x(registry = REGISTRY, repository = "acme/hub", digest = "§")`],
  ["a sum of texts", "a.bzl", `x(image = "acme/hub" + SUFFIX, digest = "§")`],
  ["a choice", "a.bzl", `x(image = "acme/hub" if a else "x", digest = "§")`],
  ["arguments from elsewhere", "a.bzl", `x(repository = "acme/hub", digest = "§", **more)`],
  ["a target's name", "BUILD", `x(name = "acme/hub", digest = "§")`],
  ["variables of a file", "a.bzl", `image = "acme/hub"\ndigest = "§"\n`],
  ["a comparison", "a.bzl", `x(image == "acme/hub", digest == "§")`],
  ["two calls", "a.bzl", `x(image = "acme/hub")\ny(digest = "§")`],
  ["a text with a variable", "a.tf", `x {\n  image = "\${var.x}acme/hub"\n  digest = "§"\n}`],
  ["an expression", "a.tf", `x {\n  image = "acme/hub"\n  digest = var.x ? "§" : ""\n}`],
  ["another block", "a.tf", `x {\n  image = "acme/hub"\n  y {\n    digest = "§"\n  }\n}`],
  ["a here-document", "a.tf", `x {\n  image = "acme/hub"\n  digest = <<E\n§\nE\n}`],
  ["others' code", "third_party/x/values.yaml", "repository: acme/hub\ndigest: §\nimage: acme/hub@§\n"],
];
