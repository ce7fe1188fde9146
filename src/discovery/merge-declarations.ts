import { unique, type Declaration } from "./declaration.ts";

/** An image that is to be proposed, as far as it is known. Paths are from the root of the checkout. */
export interface Draft extends Declaration {
  /** Every place that declares it; none for a Dockerfile that nobody declares. */
  readonly places: readonly string[];
}

/**
 * The images that several files declare, each once: it is the same image where Dockerfile and stage are the same and no argument is
 * different. What is declared first counts more.
 */
export function mergeDeclarations(
  declarations: readonly Declaration[],
  lastStageOf: (dockerfile: string) => string | undefined,
): readonly Draft[] {
  const drafts: Draft[] = [];
  const stageOf = ({ target, dockerfile }: Declaration) => target ?? lastStageOf(dockerfile);
  for (const declaration of declarations) {
    const index = drafts.findIndex(
      (draft) => stageOf(draft) === stageOf(declaration) && isSameImage(draft, declaration),
    );
    const draft = drafts[index];
    if (draft === undefined) drafts.push({ ...declaration, places: [declaration.where] });
    else drafts[index] = merge(draft, declaration);
  }
  return drafts;
}

function isSameImage(draft: Draft, declaration: Declaration): boolean {
  if (draft.dockerfile !== declaration.dockerfile) return false;
  const isOther =
    draft.name !== undefined && declaration.name !== undefined && draft.name !== declaration.name;
  // One file has two names for an image only where nothing but its platforms differs.
  if (isOther && fileOf(draft) === fileOf(declaration)) return essenceOf(draft) === essenceOf(declaration);
  return Object.entries(declaration.args).every(
    ([key, value]) => draft.args[key] === undefined || draft.args[key] === value,
  );
}

function essenceOf({ context, args, references, contexts, labels }: Declaration): string {
  return JSON.stringify([context, args, references, contexts, labels]);
}

function fileOf({ where }: Declaration): string {
  return where.slice(0, where.indexOf(": "));
}

function merge(draft: Draft, declaration: Declaration): Draft {
  return {
    ...declaration,
    ...draft,
    args: { ...declaration.args, ...draft.args },
    labels: { ...declaration.labels, ...draft.labels },
    contexts: { ...declaration.contexts, ...draft.contexts },
    references: unique([...draft.references, ...declaration.references]),
    platforms:
      draft.platforms.length >= declaration.platforms.length ? draft.platforms : declaration.platforms,
    unsupported: unique([...draft.unsupported, ...declaration.unsupported]),
    places: [...draft.places, declaration.where],
  };
}
