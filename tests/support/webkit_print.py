"""Prints one page from WebKitGTK to a file: what its driver cannot. Run by the system's own Python, which has GTK.

usage: webkit_print.py ADDRESS FILE
"""

import sys

import gi

#: Milliseconds for scripts and layout after the page is there, and seconds for all
SETTLED, PATIENCE = 1500, 100


def main(address: str, file: str) -> None:
    """Show the page in a window and print it on A4."""
    gi.require_versions({"Gtk": "3.0", "WebKit2": "4.1"})  # must be said before these are imported
    from gi.repository import GLib, Gtk, WebKit2

    window, view = Gtk.Window(), WebKit2.WebView()
    window.add(view)
    window.set_default_size(1280, 900)
    window.show_all()
    settings, sheet = Gtk.PrintSettings(), Gtk.PageSetup()
    settings.set_printer("Print to File")
    settings.set(Gtk.PRINT_SETTINGS_OUTPUT_URI, f"file://{file}")
    settings.set(Gtk.PRINT_SETTINGS_OUTPUT_FILE_FORMAT, "pdf")
    sheet.set_paper_size(Gtk.PaperSize.new("iso_a4"))
    work = WebKit2.PrintOperation.new(view)
    work.set_print_settings(settings)
    work.set_page_setup(sheet)
    work.connect("finished", lambda _: Gtk.main_quit())

    def loaded(_: object, event: object) -> None:
        if event == WebKit2.LoadEvent.FINISHED:
            GLib.timeout_add(SETTLED, work.print_)

    view.connect("load-changed", loaded)
    GLib.timeout_add_seconds(PATIENCE, Gtk.main_quit)
    view.load_uri(address)
    Gtk.main()


main(*sys.argv[1:])
