/**
 * Whether the engine's words for a failed push or pull tell of a registry or network that may be well again in a moment, or
 * of a name that another client of the engine took away and that can be given again.
 */
export function isTransient(message: string): boolean {
  return TROUBLE.test(message);
}

const TROUBLE =
  /\b(?:429|500|502|503|504)\b|too many requests|toomanyrequests|internal server error|bad gateway|service unavailable|gateway timeout|connection reset|connection refused|broken pipe|unexpected EOF|\bEOF\b|i\/o timeout|TLS handshake timeout|timeout exceeded|temporary failure|tag does not exist|does not exist locally/i;
