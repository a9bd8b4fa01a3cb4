// Says when the network goes and comes.
import { toast } from "ui/toast";

const words = document.getElementById("toasts").dataset;
window.addEventListener("offline", () => toast(words.offline, { seconds: 8 }));
window.addEventListener("online", () => toast(words.online, { seconds: 3 }));
