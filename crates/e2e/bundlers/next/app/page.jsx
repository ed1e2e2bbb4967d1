import { Uploader } from "./uploader.jsx";

export default function Page() {
  return <Uploader />;
}
