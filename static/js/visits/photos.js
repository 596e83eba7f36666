// A photo as it comes from the camera: may it be taken, and a small copy of it to look at.
import { el } from "./elements.js";

const SIDE = 640;
const MOST_BYTES = 20 * 1024 * 1024;
const MOST_PIXELS = 50_000_000;
const TYPES = ["image/jpeg", "image/png", "image/webp"];

// Return why a file is not taken, or "".
export function fileFault({ type, size }) {
  if (!TYPES.includes(type)) return "只接收 JPG、PNG、WebP 格式的照片。HEIC 请在相机设置中改为 JPEG（“兼容性最佳”）后重拍。";
  return size > MOST_BYTES ? "照片超过 20 MB，请调低相机的分辨率后重新拍摄。" : "";
}

// Return the size of the small copy: the longer side at most SIDE, nothing enlarged; null where there are too many pixels.
export function smallSize(width, height) {
  if (width * height > MOST_PIXELS) return null;
  const scale = Math.min(1, SIDE / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

// Return {copy} or {fault}. The copy is drawn anew, so it holds neither place nor time.
export async function smallCopy(file) {
  const fault = fileFault(file);
  if (fault) return { fault };
  try {
    const bitmap = await createImageBitmap(file);
    const size = smallSize(bitmap.width, bitmap.height);
    if (!size) return { fault: "照片超过 5000 万像素，请调低相机的分辨率后重新拍摄。" };
    const canvas = el("canvas", size);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, size.width, size.height);
    bitmap.close();
    return { copy: canvas.toDataURL("image/jpeg", 0.75) };
  } catch {
    return { fault: "照片不完整或者已损坏，请重新拍摄。" };
  }
}
