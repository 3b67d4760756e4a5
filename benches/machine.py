"""What the numbers were measured on: processor, system, frequency policy, Python."""

import os
import pathlib
import platform

CPUS = pathlib.Path("/sys/devices/system/cpu")


def cpu():
    try:
        with open("/proc/cpuinfo") as info:
            return next(line.split(":", 1)[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def system():
    try:
        kernel = platform.release().split("-")[0]
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {platform.system()} {kernel}"
    except (OSError, KeyError):
        return platform.platform()


def frequency_policy(cpus=CPUS):
    """The governor, and whether the processor may go beyond its base frequency."""

    def read(path):
        try:
            return (cpus / path).read_text().strip()
        except OSError:
            return None

    governor = read("cpu0/cpufreq/scaling_governor")
    boost, no_turbo = read("cpufreq/boost"), read("intel_pstate/no_turbo")
    found = [f"governor {governor}"] if governor else []
    if boost or no_turbo:
        found.append("boost on" if boost == "1" or no_turbo == "0" else "boost off")
    return ", ".join(found) or "frequency policy not visible (a virtual machine?)"


def describe(versions=""):
    """All of it, for the head of a report. `versions` is what the modules were built with."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "cpu": f"{cpu()}, {os.cpu_count()} cores",
        "system": system(),
        "frequency": frequency_policy(),
        "versions": versions,
    }
