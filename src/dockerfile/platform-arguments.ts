/**
 * The arguments that BuildKit sets on its own, for a target platform as Docker writes it.
 *
 * `BUILDPLATFORM` and its parts are taken to be the target's: what an image is must not depend on whose machine builds it.
 * A configured argument of the same name wins here as in BuildKit, so whoever passes these values to the builder has
 * both agree.
 */
export function platformArguments(platform: string, stage: string): Readonly<Record<string, string>> {
  const [os = "", architecture = "", written = ""] = platform.split("/");
  const variant = normalVariant(architecture, written);
  const whole = [os, architecture, variant].filter((part) => part !== "").join("/");
  return {
    TARGETPLATFORM: whole,
    TARGETOS: os,
    TARGETOSVERSION: "",
    TARGETARCH: architecture,
    TARGETVARIANT: variant,
    BUILDPLATFORM: whole,
    BUILDOS: os,
    BUILDOSVERSION: "",
    BUILDARCH: architecture,
    BUILDVARIANT: variant,
    TARGETSTAGE: stage,
  };
}

/** What goes without saying is left out, what must be said is added (containerd, platforms/database.go). */
function normalVariant(architecture: string, variant: string): string {
  if (architecture === "arm64" && variant === "v8") return "";
  if (architecture === "amd64" && variant === "v1") return "";
  return architecture === "arm" && variant === "" ? "v7" : variant;
}
