import { defineConfig } from "manage-images";

export default defineConfig({
  registry: "localhost:5000/cv",
  dockerfile: "docker/{image}.Dockerfile",
  images: {
    base: {},
    training: {},
    // Its model is trained while it is built, by the image that also trains elsewhere.
    inference: { dependencies: ["base", "training"] },
  },
});
