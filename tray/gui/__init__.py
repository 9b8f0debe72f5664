"""Windows, drawn with Tk in processes of their own; host and ipc are the tray's side of them."""
