import { posix } from "node:path";
import { allOf, fieldsOf, listOf, NOTHING, pairsOf, pathFrom, textOf, type Declared } from "./declaration.ts";
import { fillAll, fillShell, type Lookup } from "./fill-in.ts";

/** Keys of `build` that the configuration has none for. */
const UNSUPPORTED = [
  ...["entitlements", "extra_hosts", "isolation", "privileged"],
  ...["sbom", "secrets", "shm_size", "ssh", "ulimits"],
];

/** The images that a compose file builds (https://docs.docker.com/reference/compose-file/build/). */
export function readCompose(document: unknown, file: string, lookup: Lookup): Declared {
  const services = Object.entries(fieldsOf(fieldsOf(document)["services"]));
  return allOf(
    services.map(([name, service]) => readService(name, fieldsOf(service), { services, file, lookup })),
  );
}

/** The images that a compose file runs, `name[:tag][@digest]`, as far as they are known. */
export function imagesInCompose(document: unknown, lookup: Lookup): readonly string[] {
  return Object.values(fieldsOf(fieldsOf(document)["services"])).flatMap((service) => {
    const image = textOf(fieldsOf(service)["image"]);
    return (image === undefined ? undefined : fillShell(image, lookup)) ?? [];
  });
}

interface Setting {
  readonly services: readonly (readonly [string, unknown])[];
  readonly file: string;
  readonly lookup: Lookup;
}

function readService(name: string, service: Readonly<Record<string, unknown>>, setting: Setting): Declared {
  const { file, lookup } = setting;
  if (service["build"] === undefined) return NOTHING;
  const build =
    typeof service["build"] === "string" ? { context: service["build"] } : fieldsOf(service["build"]);
  const where = `${file}: services.${name}`;
  const skip = (why: string): Declared => ({ declarations: [], skipped: [{ where, why }] });
  const fill = (text: string) => fillShell(text, lookup);
  const written = textOf(build["context"]) ?? ".";
  const directory = fill(written);
  if (directory === undefined) return skip(`the variable in its context, ${written}, has no value`);
  const context = pathFrom(posix.dirname(file), directory);
  if (context === undefined) return skip(`its context, ${directory}, is not in this checkout`);
  if (build["dockerfile_inline"] !== undefined) return skip("its Dockerfile stands in the compose file");
  const dockerfile = pathFrom(context, fill(textOf(build["dockerfile"]) ?? "Dockerfile") ?? "");
  if (dockerfile === undefined) return skip("its Dockerfile is not in this checkout");
  const args = fillAll(pairsOf(build["args"]), fill);
  const labels = fillAll(pairsOf(build["labels"]), fill);
  const names = [service["image"], ...listOf(build["tags"])].flatMap((each) => textOf(each) ?? []);
  const target = fill(textOf(build["target"]) ?? "");
  const network = textOf(build["network"]);
  return {
    declarations: [
      {
        where,
        name,
        dockerfile,
        context,
        ...(target === undefined || target === "" ? {} : { target }),
        args: args.known,
        references: names.flatMap((each) => fill(each) ?? []),
        platforms: listOf(build["platforms"]).flatMap((each) => textOf(each) ?? []),
        labels: labels.known,
        ...(network === undefined ? {} : { network }),
        contexts: contextsOf(build["additional_contexts"], file, fill),
        unsupported: [
          ...UNSUPPORTED.filter((key) => build[key] !== undefined),
          ...args.unknown.map((key) => `the argument ${key}, whose value is a variable`),
        ],
      },
    ],
    skipped: [],
  };
}

function contextsOf(value: unknown, file: string, fill: (text: string) => string | undefined) {
  const { known } = fillAll(pairsOf(value), fill);
  return Object.fromEntries(
    Object.entries(known).map(([name, text]) => {
      const service = /^service:(.+)$/.exec(text)?.[1];
      return [
        name,
        service === undefined ? (pathFrom(posix.dirname(file), text) ?? text) : `target:${service}`,
      ];
    }),
  );
}
