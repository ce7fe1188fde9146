import type { StatusResponse, Timestamp, Vertex } from "../buildkit/messages.ts";

/** What is done with what buildx writes. */
export interface ProgressListener {
  readonly take: (status: StatusResponse) => void;
  /** A line that is no report: an error, or a warning of buildx's own. */
  readonly text: (line: string) => void;
}

/**
 * Reads `--progress rawjson` line by line. The reports are JSON objects, each on one line or, of earlier versions, laid out
 * over several of which the last is a `}` without indentation.
 */
export function readProgress(listener: ProgressListener): (line: string) => void {
  let open: string[] | undefined;
  return (line) => {
    if (open === undefined && !line.startsWith("{")) {
      listener.text(line);
      return;
    }
    open = [...(open ?? []), line];
    const isWhole = open.length === 1 ? line.endsWith("}") : line === "}";
    if (!isWhole) return;
    const text = open.join("\n");
    open = undefined;
    const report = parse(text);
    if (report === undefined) listener.text(text);
    else listener.take(toStatus(report));
  };
}

/** BuildKit's `client.SolveStatus` as Go writes it: what is empty is left out, bytes are base64. */
interface Report {
  readonly vertexes?: readonly {
    readonly digest: string;
    readonly name?: string;
    readonly cached?: boolean;
    readonly started?: string;
    readonly completed?: string;
    readonly error?: string;
  }[];
  readonly statuses?: readonly {
    readonly id?: string;
    readonly vertex?: string;
    readonly completed?: string;
  }[];
  readonly logs?: readonly {
    readonly vertex?: string;
    readonly timestamp?: string;
    readonly data?: string;
  }[];
  readonly warnings?: readonly { readonly vertex?: string; readonly short?: string }[];
}

function parse(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return undefined;
  }
}

function toStatus({ vertexes, statuses, logs, warnings }: Report): StatusResponse {
  return {
    vertexes: (vertexes ?? []).map(toVertex),
    statuses: (statuses ?? []).map(({ id = "", vertex = "", completed }) => ({
      ID: id,
      vertex,
      completed: toTimestamp(completed),
    })),
    logs: (logs ?? []).map(({ vertex = "", timestamp, data = "" }) => ({
      vertex,
      timestamp: toTimestamp(timestamp),
      msg: Buffer.from(data, "base64"),
    })),
    warnings: (warnings ?? []).map(({ vertex = "", short = "" }) => ({
      vertex,
      short: Buffer.from(short, "base64"),
    })),
  };
}

function toVertex({
  digest,
  name = "",
  cached = false,
  started,
  completed,
  error = "",
}: NonNullable<Report["vertexes"]>[number]): Vertex {
  return {
    digest,
    name,
    cached,
    started: toTimestamp(started),
    completed: toTimestamp(completed),
    error,
  };
}

/** RFC 3339, of which thousandths are enough. */
function toTimestamp(text: string | undefined): Timestamp | null {
  const milliseconds = Date.parse(text ?? "");
  if (Number.isNaN(milliseconds)) return null;
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanos: (milliseconds - seconds * 1000) * 1e6 };
}
