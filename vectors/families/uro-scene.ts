import { Scene, type SceneOptions, type Variant } from '../scene.ts';

/** A scene with URO on. */
export function uroScene(variant: Variant, options: SceneOptions = {}): Scene {
  return new Scene(variant, options).set({ uro: true });
}
