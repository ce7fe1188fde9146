import { defineConfig } from "manage-images";

export default defineConfig({
  registry: "localhost:5000/cv-careless",
  dockerfile: "docker/{image}.Dockerfile",
  images: { base: {}, training: {}, inference: {} },
});
